package store

// mapAhead is false where the file takes on the mapped size at once.
const mapAhead = false
