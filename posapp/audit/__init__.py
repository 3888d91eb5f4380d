"""What was done, by whom, where: rows that are added and never changed.

Promises
- A success is recorded in the transaction of the change itself; a failure or a refusal in one of its own.
- One keyed chain per stream (a till, a back-office person, the worker), so that writers do not queue behind each other.
- A row holds no personal data and no code: ids, tags and counts only.
"""

from posapp.audit.service import record, record_alone
from posapp.audit.tags import AuditTag

__all__ = ["AuditTag", "record", "record_alone"]
