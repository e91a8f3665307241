"""Every table of every layer: a new database is made from what has been imported."""

import alerts.tables  # noqa: F401
import flows.proposals.table
import flows.readings.table
import flows.running.tables  # noqa: F401
import notifications.tables  # noqa: F401
import resources.tables  # noqa: F401
