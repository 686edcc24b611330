"""Getting a round to its people: sheets of codes, posters, personal links by mail, a kiosk."""
