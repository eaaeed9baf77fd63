// The entry point: everything else lives in the rooms.
int main() { return 0; }
