"""``python -m posapp up`` and every other command, also before keys and database exist."""

from flask.cli import FlaskGroup

from posapp import create_app
from posapp.cli import keys, serve, up

group = FlaskGroup(create_app=create_app, help="The virtual loyalty card.")
for command in (up, serve, keys):  # these work before keys and database exist
    group.add_command(command)

if __name__ == "__main__":
    group()
