def over_time(*a, **k):
    return None


dose = effects = surface = matrix = over_time


def save(f, p):
    return []
