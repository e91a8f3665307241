"""Every table of every layer: a new database is made from what has been imported."""

import alerts.tables  # noqa: F401
import flows.proposal_table
import flows.reading_table
import flows.tables  # noqa: F401
import notifications.tables  # noqa: F401
import resources.tables  # noqa: F401
