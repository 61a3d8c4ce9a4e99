def noop(item=None):
    pass
