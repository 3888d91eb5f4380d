-- Two roles and one database, made once by an administrator of PostgreSQL 15 or newer: psql -f deploy/roles.sql
-- The owner makes and changes the tables, and only while upgrading. The service owns nothing: what it may do to each
-- table is granted by `flask grants posapp`, and to rows that are kept for ever that is reading and adding.

CREATE ROLE posapp_owner LOGIN;
CREATE ROLE posapp LOGIN;
CREATE DATABASE posapp OWNER posapp_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE posapp FROM PUBLIC;
GRANT CONNECT ON DATABASE posapp TO posapp;

-- Then, by hand, so that it stands in no file and no history: \password posapp_owner
