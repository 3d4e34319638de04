"""Speed of ordertrail, beside a hand-written floor and beside other libraries."""
