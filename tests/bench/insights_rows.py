"""Fill a database with a month of traffic, by SQL: videos, slates, engagements, messages with their stages and versions.

Not a world: nobody likes anything for a reason. What counts is how many rows there are, how wide, and how they lie in time.
"""

from django.db import connection

NUM_VIEWERS = 2_000
NUM_MESSAGES = 25_000

_VIEWERS = """
INSERT INTO accounts_user (username, password, role, is_superuser, is_staff, is_active, first_name, last_name, email, date_joined)
SELECT 'v' || i, '!', 'viewer', false, false, true, '', '', '', now() FROM generate_series(1, %(viewers)s) i
"""
_VIDEOS = """
INSERT INTO vision_video (title, tags, creator, published_at, source, source_name, content_hash, state, step, visibility, failure_reason,
    duration_s, media_path, poster_path, fencing_token, attempts, created_at)
SELECT 'clip about ramen and rain ' || i, array['tag' || i %% 500], 'c' || i %% 900, now() - make_interval(hours => i %% 5000), 'import',
    '', md5(i::text) || md5((i + 1)::text), 'ready', 'ready', 'approved', '', 8, 'm/' || i, 'p/' || i, 1, 1, now()
FROM generate_series(1, %(videos)s) i
"""
_VERSION = """
INSERT INTO vision_modelversion (slug, state, dims, step, num_indexed, num_to_index, problem, served_at, updated_at, created_at, profile,
    spec)
VALUES ('bench', 'serving', 384, '', 0, 0, '', now(), now(), now(), 'bundled', '{}')
"""
_VECTORS = """
INSERT INTO vision_videovector (video_id, model_version_id, video_vec)
SELECT v.id, m.id, array_fill(.05::real, array[384])::halfvec FROM vision_video v, vision_modelversion m
"""
_SLATES = """
INSERT INTO feed_slate (id, viewer_id, intent_version, cards, features, created_at)
SELECT gen_random_uuid(), u.first + (i * 7919) %% %(viewers)s, 1000, c.cards, '',
    now() - interval '30 days' + interval '30 days' * (i::float8 / %(slates)s)
FROM generate_series(1, %(slates)s) i, (SELECT min(id) AS first FROM accounts_user) u, (SELECT min(id) AS first FROM vision_video) v,
LATERAL (SELECT jsonb_agg(jsonb_build_object(
    'video_id', v.first + floor((%(videos)s - 1) * power(abs(hashint4extended(i, j::bigint) %% 100000) / 1e5, 3)),
    'reason', jsonb_build_object('source', (array['steer', 'steer', 'similar', 'fresh', 'popular', 'explore'])[1 + (i + j) %% 6],
        'text', 'Because you said: more ramen please, and a bit of rain.', 'steer_id', CASE WHEN (i + j) %% 6 < 2 THEN 's' || i %% 40 END,
        'phrase', 'ramen', 'said', 'more ramen please', 'time_s', 1.5, 'is_close', false, 'video_id', null)) ORDER BY j) AS cards
    FROM generate_series(1, 10) j) c
"""
_ENGAGEMENTS = """
INSERT INTO feed_engagement (viewer_id, video_id, kind, value, client_uuid, slate_id, position, happened_at, created_at)
SELECT s.viewer_id, (c.value ->> 'video_id')::bigint, k.kind, CASE WHEN k.kind = 'watch' THEN 4 END, gen_random_uuid(), s.id, c.place - 1,
    s.created_at + make_interval(secs => c.place * 8), s.created_at + make_interval(secs => c.place * 8)
FROM (SELECT * FROM feed_slate ORDER BY created_at) s CROSS JOIN LATERAL jsonb_array_elements(s.cards) WITH ORDINALITY c (value, place)
CROSS JOIN LATERAL unnest(CASE WHEN hashtext(s.id::text || c.place) %% 10 = 0 THEN array['impression', 'watch', 'like']
    ELSE array['impression', 'watch'] END) k (kind) WHERE c.place <= 5
"""
_MESSAGES = """
INSERT INTO chat_message (viewer_id, client_uuid, author, text, state, created_at)
SELECT u.first + (i * 31) %% %(viewers)s, gen_random_uuid(), 'viewer', 'more ramen', 'answered',
    now() - interval '30 days' + interval '30 days' * (i::float8 / %(messages)s)
FROM generate_series(1, %(messages)s) i, (SELECT min(id) AS first FROM accounts_user) u
"""
_RUNS = """
INSERT INTO chat_intentrun (message_id, state, created_at, finished_at)
SELECT id, 'done', created_at, created_at + interval '1 s' FROM chat_message ORDER BY id
"""
_STAGES = """
INSERT INTO chat_stagerun (run_id, stage, state, fencing_token, attempts, error, model_version, job_id, num_sends, started_at, finished_at,
    answer, queued_at)
SELECT r.id, s.stage, 'done', 1, 1, '', 'm', '', 0, r.created_at + make_interval(secs => s.at),
    r.created_at + make_interval(secs => s.at + .05 + (r.id %% 100) / 1e3), '{"action": "allow", "hazards": []}', r.created_at
FROM chat_intentrun r CROSS JOIN (VALUES ('guard', 0), ('key_phrases', 0), ('intention', 0), ('extraction', 0), ('selection', .2),
    ('organise', .4), ('reply', .6)) s (stage, at) ORDER BY r.id
"""
_VERSIONS = """
INSERT INTO chat_intentversion (viewer_id, version, document, cause, run_id, announced_at, created_at)
SELECT m.viewer_id, row_number() OVER (PARTITION BY m.viewer_id ORDER BY m.id), jsonb_build_object('steers', (
        SELECT jsonb_agg(jsonb_build_object('id', 's' || (m.id + j) %% 40, 'direction', 'more', 'phrase', 'ramen and rain', 'kind', 'topic',
            'strength', .8, 'hard', false, 'origin', jsonb_build_object('via', 'chat', 'said', 'more ramen please')))
        FROM generate_series(1, 8) j)),
    'chat', r.id, m.created_at + make_interval(secs => .5 + (m.id %% 100) / 1e2), m.created_at + interval '.4 s'
FROM chat_message m JOIN chat_intentrun r ON r.message_id = m.id
"""
_CATALOGUE, _WATCHED, _SAID = (
    (_VIEWERS, _VIDEOS, _VERSION, _VECTORS),
    (_SLATES, _ENGAGEMENTS),
    (_MESSAGES, _RUNS, _STAGES, _VERSIONS),
)


def fill_month(*, num_videos: int, num_slates: int) -> int:
    """Write all of it, and return how many engagements there are: about 10.5 a slate."""
    numbers = {"videos": num_videos, "slates": num_slates, "viewers": NUM_VIEWERS, "messages": NUM_MESSAGES}
    with connection.cursor() as cursor:
        for statement in (*_CATALOGUE, *_WATCHED, *_SAID):
            cursor.execute(statement, numbers)
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM feed_engagement")
        return int(cursor.fetchone()[0])
