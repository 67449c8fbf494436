"""Keep versions of the text guard: propose, judge, release and roll back. What is in force is read by `safety/serving.py`."""
