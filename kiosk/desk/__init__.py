"""The desk: one method for each act of an officer. Screens, commands and imports come through it.

``kiosk.desk.front`` opens a data folder with as little as the login screen needs;
``kiosk.desk.desk`` is the whole desk.
"""
