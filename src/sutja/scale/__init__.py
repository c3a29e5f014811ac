"""Many machines: archives of pictures read by Ray Data, and the service's application on Ray Serve.

`place` knows where files lie, `shard` reads some of them into one file, `archive` what there is and what is left to
read; `environment` what Ray is to be told before it is loaded. `cluster` and `serving` alone load it. Nothing here
learns. All of it is of the extra `scale`.
"""
