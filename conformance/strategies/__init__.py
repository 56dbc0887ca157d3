"""What properties are held over: parcels, faults, rhythms of novelties, fees. Ranges collide on purpose."""
