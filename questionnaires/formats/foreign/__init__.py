"""What the readers of other people's formats have in common.

A reader turns its file into a *draft*: groups and questions under their foreign names, with each
condition as a formula that is translated once every name is known. ``assemble`` makes a
questionnaire of a draft and records everything that could not be kept.
"""
