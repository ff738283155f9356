-- One unit of the case database: a role and a schema that no other unit can read.
--   psql -v unit=third_battalion -f unit.sql opsec        (as an administrator of the database)
-- A name has small letters, digits and underscores. Then: \password third_battalion
\set ON_ERROR_STOP on
BEGIN;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE ROLE :"unit" LOGIN;
CREATE SCHEMA AUTHORIZATION :"unit";
ALTER ROLE :"unit" IN DATABASE :"DBNAME" SET search_path = :"unit";
COMMIT;
