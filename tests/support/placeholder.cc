// Removed with the room's first file.
