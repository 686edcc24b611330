"""Alembic's entry point: runs on the connection that ``surveyapp.db`` opened."""

from alembic import context

from surveyapp.accounts import models as accounts
from surveyapp.db import Base
from surveyapp.design import models as design
from surveyapp.fieldwork import models as fieldwork
from surveyapp.interviews import models as interviews
from surveyapp.mail import models as mail
from surveyapp.organisation import models as organisation
from surveyapp.respond import models as respond

# Importing a feature's models adds its tables to the metadata.
FEATURES = (organisation, accounts, design, fieldwork, interviews, respond, mail)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # Our engine issues BEGIN itself, so SQLite rolls DDL back like any other statement.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
