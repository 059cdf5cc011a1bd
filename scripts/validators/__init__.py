"""What octavo.validate looks for in the built editions: a module for each way of looking."""
