"""How many nights of each kind of placement lie ahead, if children come, move and leave as they have."""
