"""Excel workbooks in records: those from before 2007, and binary ones from after."""
