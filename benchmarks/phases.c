/* The two dearest phases of a month over everybody, as C: perception and engagement.

   The same formulas in the same order as the theory's rules, so that the results are the same to
   the bit (compiled without contraction of products and sums). What a person reads of others is
   gathered for a tile of people, loops without branches go over the tile and become SIMD, and
   results go back to those who are present. "columns.h" is written from the live tables by
   native.py: struct seats, people and posts (a pointer a column), programme and parameters. */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "columns.h"

#define TILE 256
/* Rows of a tile lie a little more than a power of two apart, or they would all fall on the same
   few lines of the cache. */
#define ROOM (TILE + 8)
#define NEVER (-1000000)
#define GOLDEN 0x9E3779B97F4A7C15u

static inline uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static inline double third(uint64_t bits, int place) {
    return ((double)(int32_t)((bits >> (21 * place)) & 0x1FFFFF) + 0.5) * (1.0 / (1 << 21));
}

/* (k + 1/2) / 2^52 of the upper 52 bits, by way of the mantissa of a number in [1, 2). */
static inline double uniform(uint64_t bits) {
    uint64_t word = (bits >> 12) | 0x3FF0000000000000u;
    double number;
    memcpy(&number, &word, 8);
    return number - (1.0 - 0x1p-53);
}

static inline double logarithm(double x) {
    uint64_t bits;
    memcpy(&bits, &x, 8);
    double exponent = (double)((int64_t)(bits >> 52) - 1023), m;
    bits = (bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;
    memcpy(&m, &bits, 8);
    int upper = m > 1.4142135623730951;
    m = upper ? m * 0.5 : m;
    exponent = upper ? exponent + 1.0 : exponent;
    double s = (m - 1.0) / (m + 1.0), z = s * s, p = 1.0 / 21.0;
    p = p * z + 1.0 / 19.0;
    p = p * z + 1.0 / 17.0;
    p = p * z + 1.0 / 15.0;
    p = p * z + 1.0 / 13.0;
    p = p * z + 1.0 / 11.0;
    p = p * z + 1.0 / 9.0;
    p = p * z + 1.0 / 7.0;
    p = p * z + 1.0 / 5.0;
    p = p * z + 1.0 / 3.0;
    p = p * z + 1.0;
    return exponent * 6.93147180369123816490e-01
        + (2.0 * s * p + exponent * 1.90821492927058770002e-10);
}

static inline double middle(double q) {
    double r = 0.180625 - q * q;
    double above = 2509.0809287301226727 * r + 33430.575583588128105;
    above = above * r + 67265.770927008700853;
    above = above * r + 45921.953931549871457;
    above = above * r + 13731.693765509461125;
    above = above * r + 1971.5909503065514427;
    above = above * r + 133.14166789178437745;
    above = above * r + 3.387132872796366608;
    double below = 5226.495278852545925 * r + 28729.085735721942674;
    below = below * r + 39307.89580009271061;
    below = below * r + 21213.794301586595867;
    below = below * r + 5394.1960214247511077;
    below = below * r + 687.1870074920579083;
    below = below * r + 42.313330701600911252;
    below = below * r + 1.0;
    return q * above / below;
}

static inline double tail(double r) {
    double above = 7.7454501427834140764e-4 * r + 0.0227238449892691845833;
    above = above * r + 0.24178072517745061177;
    above = above * r + 1.27045825245236838258;
    above = above * r + 3.64784832476320460504;
    above = above * r + 5.7694972214606914055;
    above = above * r + 4.6303378461565452959;
    above = above * r + 1.42343711074968357734;
    double below = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4;
    below = below * r + 0.0151986665636164571966;
    below = below * r + 0.14810397642748007459;
    below = below * r + 0.68976733498510000455;
    below = below * r + 1.6763848301838038494;
    below = below * r + 2.05319162663775882187;
    below = below * r + 1.0;
    return above / below;
}

static double far_tail(double r) {
    double above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5;
    above = above * r + 0.0012426609473880784386;
    above = above * r + 0.026532189526576123093;
    above = above * r + 0.29656057182850489123;
    above = above * r + 1.7848265399172913358;
    above = above * r + 5.4637849111641143699;
    above = above * r + 6.6579046435011037772;
    double below = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7;
    below = below * r + 1.8463183175100546818e-5;
    below = below * r + 7.868691311456132591e-4;
    below = below * r + 0.0148753612908506148525;
    below = below * r + 0.13692988092273580531;
    below = below * r + 0.599832206555887937690;
    below = below * r + 1.0;
    return above / below;
}

/* AS 241 for a tile: the middle for all, then the tails for the few (15 %) who are in one. */
static void normal_tile(const uint64_t *restrict who, uint64_t key, double *restrict out, int n) {
    double u[ROOM], q[ROOM], r[ROOM];
    int rare[ROOM], count = 0;
    for (int i = 0; i < n; i++) u[i] = uniform(mix(who[i] + key * GOLDEN));
    for (int i = 0; i < n; i++) out[i] = middle(u[i] - 0.5);
    for (int i = 0; i < n; i++) {
        rare[count] = i;
        count += fabs(u[i] - 0.5) > 0.425;
    }
    for (int k = 0; k < count; k++) q[k] = u[rare[k]] < 0.5 ? u[rare[k]] : 1.0 - u[rare[k]];
    for (int k = 0; k < count; k++) r[k] = sqrt(-logarithm(q[k]));
    for (int k = 0; k < count; k++) q[k] = tail(r[k] - 1.6);
    for (int k = 0; k < count; k++) {
        double z = r[k] <= 5.0 ? q[k] : far_tail(r[k] - 5.0);
        out[rare[k]] = u[rare[k]] < 0.5 ? -z : z;
    }
}

void normals(const uint64_t *who, uint64_t key, double *out, int64_t n) {
    for (int64_t first = 0; first < n; first += TILE)
        normal_tile(who + first, key, out + first, n - first < TILE ? (int)(n - first) : TILE);
}

/* Give a team's people one value; up to seven rows more are written, and later written again. */
static inline void spread(double *to, int first, int last, double value) {
    for (int k = first; k < last; k += 8)
        for (int j = 0; j < 8; j++) to[k + j] = value;
}

/* What a tile of people sees of one channel: boss, boss's boss or the top team. Who has nobody
   there looks, or is visited, with chance 0. All numbers have one width: converting between
   widths would take longer than the rules. */
struct channel {
    double weight, visits;
    double observe[ROOM], chance[ROOM], talk[ROOM], action[ROOM], deceit[ROOM];
    double look[ROOM], call[ROOM], last[ROOM];
};

/* What a tile carries from channel to channel. */
struct mind {
    double credibility[ROOM], expectation[ROOM], ceiling[ROOM], seen[ROOM], heard[ROOM];
};

/* What is the same for everybody. */
static void prepare(
    const struct programme *programme, const struct parameters *p, double top_visit,
    struct channel *channels
) {
    const double weight[3] = {
        p->commitment.weight_boss, p->commitment.weight_upper, p->commitment.weight_top
    };
    const double visits[3] = {
        p->presence.visits_boss, p->presence.visits_upper, p->presence.visits_top
    };
    for (int j = 0; j < 3; j++) {
        channels[j].weight = weight[j];
        channels[j].visits = visits[j];
    }
    for (int k = 0; k < TILE; k++) {
        channels[2].talk[k] = programme->top_talk;
        channels[2].action[k] = programme->top_action;
        channels[2].deceit[k] = programme->top_deceit;
        channels[2].chance[k] = top_visit;
    }
}

/* Whether anybody leads from a seat: its holder, or an interim. */
static inline int leads(const struct seats *s, const struct posts *posts, int i) {
    return s->occupied[i] || posts->interim[s->post[i]] > 0.0;
}

/* Reports of one boss are neighbours: what they see is read once a team. */
static void look_up(
    const struct seats *s, const struct posts *posts, const struct programme *programme,
    const struct parameters *p, int64_t first, int n, struct channel *channels, struct mind *m
) {
    const __typeof__(p->commitment) *c = &p->commitment;
    const double total = c->weight_boss + c->weight_upper + c->weight_top;
    const double most = total > 1e-9 ? total : 1e-9;
    struct channel *near = channels, *above = channels + 1, *top = channels + 2;
    for (int k = 0; k < n;) {
        int boss = s->boss[first + k], upper = s->boss[boss], some = upper >= 0 ? upper : 0;
        int led = leads(s, posts, boss), led_above = upper >= 0 && leads(s, posts, some);
        int relayed = !led || s->shown_action[boss] >= p->role_models.cut;
        int passes = s->open_line[boss] && programme->top_count > 0.0;
        double talk = s->shown_talk[boss], upper_talk = s->shown_talk[some];
        double action = s->shown_action[boss], upper_action = s->shown_action[some];
        double visit = led ? s->visit[boss] : 0.0;
        double upper_visit = led_above ? s->visit_upper[some] : 0.0;
        double looks = led ? c->observe_boss : 0.0;
        double looks_up = led_above && relayed ? c->observe_upper : 0.0;
        double looks_far = passes ? c->observe_top : 0.0;
        double heard = led ? c->weight_boss * talk : 0.0;
        heard += led_above && relayed ? c->weight_upper * upper_talk : 0.0;
        heard += passes ? c->weight_top * programme->top_talk : 0.0;
        heard = heard / most;
        int64_t end = (int64_t)s->team_start[boss] + s->team_size[boss] - first;
        int last = end < n ? (int)end : n;
        spread(near->observe, k, last, looks);
        spread(near->chance, k, last, visit);
        spread(near->talk, k, last, talk);
        spread(near->action, k, last, action);
        spread(near->deceit, k, last, s->deceit[boss]);
        spread(above->observe, k, last, looks_up);
        spread(above->chance, k, last, upper_visit);
        spread(above->talk, k, last, upper_talk);
        spread(above->action, k, last, upper_action);
        spread(above->deceit, k, last, led_above ? s->deceit[some] : 1.0);
        spread(top->observe, k, last, looks_far);
        spread(m->heard, k, last, heard);
        k = last;
    }
}

static void draw(
    const struct people *q, int64_t first, int n, uint64_t sight, uint64_t visiting,
    struct channel *channels
) {
    __auto_type who = q->identity + first;
    for (int k = 0; k < n; k++) {
        uint64_t a = mix(who[k] + sight * GOLDEN), b = mix(who[k] + visiting * GOLDEN);
        for (int j = 0; j < 3; j++) {
            channels[j].look[k] = third(a, j);
            channels[j].call[k] = third(b, j);
        }
    }
    for (int k = 0; k < n; k++) channels[0].last[k] = q->seen_boss[first + k];
    for (int k = 0; k < n; k++) channels[1].last[k] = q->seen_upper[first + k];
    for (int k = 0; k < n; k++) channels[2].last[k] = q->seen_top[first + k];
}

/* Visits made and missed; conduct seen, which moves credibility, expectation and ceiling. */
static void face(
    struct channel *restrict v, struct mind *restrict m, const struct parameters *restrict p,
    int n, double missed, double step
) {
    const double follow_up = p->presence.follow_up, perfunctory = p->presence.perfunctory;
    const double discount = p->presence.absence_discount, tolerance = p->commitment.tolerance;
    const double gain = p->commitment.gain, loss = p->commitment.loss;
    const double rate = p->commitment.expectation_rate, scar_floor = p->commitment.scar_floor;
    const double broken = p->commitment.broken_promise, weight = v->weight;
    const double scarred = 1.0 - p->commitment.scar * weight, visits = v->visits;
    for (int k = 0; k < n; k++) {
        double chance = v->chance[k], call = v->call[k], last = v->last[k];
        double some = call < chance * follow_up ? 1.0 : perfunctory;
        double visited = call >= chance ? 0.0 : some;
        v->last[k] = visited > 0.0 ? step : last;
        m->seen[k] += weight * visited;
    }
    for (int k = 0; k < n; k++) {
        double talk = v->talk[k], action = v->action[k], discounted = action * discount;
        action = visits * (step - v->last[k]) > missed ? discounted : action;
        double credibility = m->credibility[k], expectation = m->expectation[k];
        double ceiling = m->ceiling[k];
        double expected = credibility * talk + (1.0 - credibility) * expectation;
        double surprise = expected - action - tolerance;
        surprise = surprise > 0.0 ? surprise : 0.0;
        surprise = surprise * (1.0 - p->commitment.forgiveness * (1.0 - v->deceit[k]));
        double earned = gain * action * (ceiling - credibility);
        double believed = credibility + weight * (earned - loss * surprise * credibility);
        believed = believed > 0.0 ? believed : 0.0;
        believed = believed < 1.0 ? believed : 1.0;
        double usual = expectation + rate * (action - expectation);
        double lowered = ceiling * scarred, least = ceiling < scar_floor ? ceiling : scar_floor;
        lowered = lowered > least ? lowered : least;
        lowered = surprise * v->deceit[k] <= broken ? ceiling : lowered;
        double look = v->look[k], observe = v->observe[k];
        m->credibility[k] = look < observe ? believed : credibility;
        m->expectation[k] = look < observe ? usual : expectation;
        m->ceiling[k] = look < observe ? lowered : ceiling;
    }
}

static void begin(const struct people *q, int64_t first, int n, struct mind *m) {
    for (int k = 0; k < n; k++) m->credibility[k] = q->credibility[first + k];
    for (int k = 0; k < n; k++) m->expectation[k] = q->expectation[first + k];
    for (int k = 0; k < n; k++) m->ceiling[k] = q->ceiling[first + k];
    for (int k = 0; k < n; k++) m->seen[k] = 0.0;
}

/* The conclusions, for those who are there. */
#define KEEP(column, value) \
    for (int k = 0; k < n; k++) { \
        __auto_type old = (column)[first + k]; \
        __typeof__(old) new = (value); \
        (column)[first + k] = s->occupied[first + k] ? new : old; \
    }

static void settle(
    const struct seats *s, const struct people *q, const struct programme *programme,
    const struct parameters *p, int64_t first, int n, struct mind *m,
    const struct channel *channels
) {
    const double drift = p->commitment.drift, prior = p->commitment.prior;
    const double rate = p->presence.belief_rate, message = programme->message;
    const double reach = p->invitation.reach, reference = p->invitation.reach_reference;
    for (int k = 0; k < n; k++) m->credibility[k] += drift * (prior - m->credibility[k]);
    for (int k = 0; k < n; k++)
        m->heard[k] = m->heard[k] * m->credibility[k] * message * reach / reference;
    KEEP(q->credibility, m->credibility[k])
    KEEP(q->expectation, m->expectation[k])
    KEEP(q->ceiling, m->ceiling[k])
    KEEP(q->presence, old + rate * (m->seen[k] - old))
    KEEP(q->persuasion, m->heard[k])
    KEEP(q->seen_boss, channels[0].last[k])
    KEEP(q->seen_upper, channels[1].last[k])
    KEEP(q->seen_top, channels[2].last[k])
}

/* The chief, who has nobody above, sees what the leaders right below show. */
static void perceive_reports(
    const struct seats *s, const struct people *q, const struct posts *posts,
    const struct programme *programme, const struct parameters *p, uint64_t sight, double missed,
    int step, struct channel *near, struct mind *m
) {
    double talk = 0.0, action = 0.0, deceit = 0.0;
    int count = 0, begins = s->team_start[0];
    for (int i = begins; i < begins + s->team_size[0]; i++) {
        if (s->team_size[i] == 0 || !leads(s, posts, i)) continue;
        talk += s->shown_talk[i];
        action += s->shown_action[i];
        deceit += s->deceit[i];
        count++;
    }
    if (!s->occupied[0]) return;
    double most = count > 1 ? count : 1;
    talk = talk / most;
    near->talk[0] = talk;
    near->action[0] = action / most;
    near->deceit[0] = deceit / most;
    near->observe[0] = count ? p->commitment.observe_boss : 0.0;
    near->look[0] = third(mix(q->identity[0] + sight * GOLDEN), 0);
    near->chance[0] = near->call[0] = 0.0; /* no visit, and no absence that could be noticed */
    near->last[0] = step;
    begin(q, 0, 1, m);
    face(near, m, p, 1, missed, step);
    double believed = m->credibility[0];
    believed += p->commitment.drift * (p->commitment.prior - believed);
    q->credibility[0] = believed;
    q->expectation[0] = m->expectation[0];
    q->ceiling[0] = m->ceiling[0];
    q->persuasion[0] = talk * believed * programme->message * p->invitation.reach
        / p->invitation.reach_reference;
}

void perceive(
    const struct seats *s, const struct people *q, const struct posts *posts,
    const struct programme *programme, const struct parameters *p, int64_t begins, int64_t end,
    uint64_t sight, uint64_t visiting, double top_visit, double missed, int step
) {
    struct channel channels[3];
    struct mind m;
    prepare(programme, p, top_visit, channels);
    if (begins == 0)
        perceive_reports(s, q, posts, programme, p, sight, missed, step, channels, &m);
    for (int64_t first = begins > 1 ? begins : 1; first < end; first += TILE) {
        int n = end - first < TILE ? (int)(end - first) : TILE;
        look_up(s, posts, programme, p, first, n, channels, &m);
        draw(q, first, n, sight, visiting, channels);
        begin(q, first, n, &m);
        for (int j = 0; j < 3; j++) face(channels + j, &m, p, n, missed, step);
        settle(s, q, programme, p, first, n, &m, channels);
    }
}

/* How much a leader still disturbs the team by being new. */
static inline double newness(const struct people *q, const struct parameters *p, int i, int step) {
    double length = q->outside[i] ? p->succession.break_even_outside : p->succession.break_even;
    double left = 1.0 - (step - q->in_post[i]) / length;
    double felt = length > 0.0 && left > 0.0 ? left : 0.0;
    return felt * (q->experienced[i] ? 1.0 : 1.0 + p->succession.inexperience);
}

/* What a tile of people reads of boss, once a team, and mentor. */
struct company { double style[ROOM], succession[ROOM], load[ROOM]; };

static void meet(
    const struct seats *s, const struct people *q, const struct parameters *p, int64_t first,
    int n, double top, int step, struct company *v
) {
    const __typeof__(p->engagement) *e = &p->engagement;
    for (int k = 0; k < n;) {
        int boss = s->boss[first + k];
        double style = 0.0, succession = e->new_boss * 0.0;
        int64_t end = 1;
        if (boss >= 0) {
            style = s->style[boss];
            succession = e->new_boss * newness(q, p, boss, step);
            succession = s->occupied[boss] ? succession : e->vacant_boss;
            end = (int64_t)s->team_start[boss] + s->team_size[boss] - first;
        }
        int last = end < n ? (int)end : n;
        spread(v->style, k, last, style);
        spread(v->succession, k, last, succession + top);
        k = last;
    }
    for (int k = 0; k < n; k++) {
        int mentor = q->mentor[first + k];
        v->load[k] = mentor >= 0 ? q->load[mentor] : 0;  /* a mentor has a mentee: at least 1 */
    }
}

/* The sum of the parts; of passing mood and frustration, the new values are given. */
static void feel(
    const struct people *q, const struct parameters *p, int64_t first, int n,
    const struct company *restrict v, const double *restrict transient,
    const double *restrict frustration, double *restrict out
) {
    const __typeof__(p->engagement) *e = &p->engagement;
    const double hours = p->invitation.mentor_hours, full = p->invitation.full_contact;
    const double good = e->good_relationship, bad = e->bad_relationship;
    const double believed = e->credibility, present = e->presence;
    const double trusted = p->adoption.credibility_reference;
    const double usual = p->presence.engagement_reference, frustrated = e->frustration;
    const double acting = e->action, expected = e->action_reference;
    for (int k = 0; k < n; k++) {
        double quality = hours / (v->load[k] > 1.0 ? v->load[k] : 1.0) / full;
        quality = good * (quality < 1.0 ? quality : 1.0);
        double relationship = q->poor[first + k] > 0 ? bad : quality;
        relationship = v->load[k] > 0.0 ? relationship : 0.0;
        double leadership = believed * (q->credibility[first + k] - trusted);
        leadership += present * (q->presence[first + k] - usual);
        leadership += acting * (q->expectation[first + k] - expected);
        double person = q->stable[first + k] + transient[k] + v->style[k];
        out[k] = person + relationship + leadership + v->succession[k];
        out[k] = out[k] + frustrated * frustration[k];
    }
}

void engage(
    const struct seats *s, const struct people *q, const struct programme *programme,
    const struct parameters *p, int64_t begins, int64_t end, uint64_t key, double spread, int step
) {
    const __typeof__(p->engagement) *e = &p->engagement;
    const double top = e->top_trust * (programme->top_trust - e->top_trust_reference)
        + e->uncertainty * programme->uncertainty;
    struct company v;
    double transient[ROOM], frustration[ROOM], score[ROOM];
    const double persistence = p->engagement.persistence;
    const double rate = p->relationships.frustration_rate;
    for (int64_t first = begins; first < end; first += TILE) {
        int n = end - first < TILE ? (int)(end - first) : TILE;
        meet(s, q, p, first, n, top, step, &v);
        normal_tile(q->identity + first, key, transient, n);
        for (int k = 0; k < n; k++)
            transient[k] = persistence * q->transient[first + k] + spread * transient[k];
        for (int k = 0; k < n; k++) {
            double used = q->frustration[first + k];
            double target = q->waiting[first + k] != NEVER ? 1.0 : 0.0;
            frustration[k] = used + rate * (target - used);
        }
        feel(q, p, first, n, &v, transient, frustration, score);
        KEEP(q->transient, transient[k])
        KEEP(q->frustration, frustration[k])
        KEEP(q->engagement, score[k])
    }
}
