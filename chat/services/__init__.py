"""Write to the chat: one module a topic. Services are atomic; what has to leave the process leaves after the commit."""
