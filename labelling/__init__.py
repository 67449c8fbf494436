"""Ask people which of two videos is better for a query: campaigns, the pair page, how far labellers can be trusted."""
