"""Outgoing mail: a queue in our own database, and a worker that empties it.

The queue is a table beside the others, so that an invitation and its mail are made by one
transaction or not at all; a queue in a store of its own could not promise that. What the queue
promises: **nobody gets two, nobody is skipped**, whatever dies in between.

A row moves ``queued -> claimed -> handed_over -> sent``; each step is a committed transaction.

* ``claimed``: a worker speaks to the mail server about it. If the worker dies now, the server has
  not been given the end of the message: the row may safely be queued again.
* ``handed_over``: written right before the full stop that ends the message. If the worker or the
  connection dies before the server's answer has been noted, nobody knows whether the message was
  taken. Sending it again could make two, dropping it could make none: the row is ``held`` for a
  person to decide. One worker has one row in this state, so a crash holds one mail at most.
* One worker at a time holds the lock of the installation (``lock``), which dies with its process:
  whoever gets it knows, without looking at a clock, that rows in between belong to nobody. Every
  step also compares the claim, so that even a worker that lost its lock cannot send twice.

What a mail says of its own (the link, the name) lies encrypted in its row and is wiped when the
row is done; a copy of the database without the installation's secret opens no questionnaire.
"""
