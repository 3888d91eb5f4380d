"""``python -m posapp up`` and every other command, also before keys and database exist."""

from flask.cli import FlaskGroup

from posapp import create_app
from posapp.cli import up

group = FlaskGroup(create_app=create_app, help="The virtual loyalty card.")
group.add_command(up)

if __name__ == "__main__":
    group()
