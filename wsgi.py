"""What gunicorn serves: ``gunicorn wsgi:app``."""

from posapp import create_app

app = create_app()
