"""Every write. Plural nouns with verb functions: `jobs.cancel`, `usage.reserve`.

Services may import models, state, catalog, taskqueue, storage, thumbnails and upstream; never
views, forms, queries or tasks. Each write says what it assumes and is harmless the second time.
"""
