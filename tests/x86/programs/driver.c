/* What a driver does: requests on a ring, an operations table, a bitmap, a state machine. */
#include "program.h"

enum { SLOTS = 64, STATES = 6 };

struct request {
    struct request *next, *previous;
    u32 sector, count;
    u16 state;
    u8 flags;
};

struct operations {
    int (*start)(struct request *);
    int (*finish)(struct request *);
};

static u32 bitmap[SLOTS / 32];
static struct request queue;

static int start_read(struct request *request) { return request->sector & 7; }
static int start_write(struct request *request) { return request->flags |= 0x40, request->count * 3; }
static int finish_read(struct request *request) { return request->state += 1, 1; }
static int finish_write(struct request *request) { return request->flags &= ~0x40, request->sector > 1000; }

static const struct operations table[2] = { { start_read, finish_read }, { start_write, finish_write } };

static void add(struct request *request)
{
    request->previous = queue.previous;
    request->next = &queue;
    queue.previous->next = request;
    queue.previous = request;
}

static void take(struct request *request)
{
    request->previous->next = request->next;
    request->next->previous = request->previous;
}

static int take_slot(void)
{
    for (int i = 0; i < SLOTS / 32; i++)
        if (~bitmap[i]) {
            int bit = __builtin_ctz(~bitmap[i]);
            bitmap[i] |= 1u << bit;
            return i * 32 + bit;
        }
    return -1;
}

static u32 step(struct request *request, u32 event)
{
    switch (request->state % STATES) {
    case 0: request->state = event & 1 ? 1 : 2; return 1;
    case 1: request->state = 3; return table[request->flags & 1].start(request);
    case 2: request->state = event > 100 ? 4 : 1; return event;
    case 3: request->state = 5; return table[request->flags & 1].finish(request);
    case 4: request->state = 0; return request->count;
    default: request->state = STATES; return 0;
    }
}

ENTRY u64 run(u8 *heap, u32 rounds)
{
    struct request *requests = (struct request *)heap;
    u32 state = 23;
    u64 sum = 0;
    while (rounds--) {
        queue.next = queue.previous = &queue;
        bitmap[0] = bitmap[1] = 0;
        for (int i = 0; i < 40; i++) {
            int slot = take_slot();
            struct request *request = &requests[slot];
            *request = (struct request) { .sector = next_random(&state) % 2048, .count = i, .flags = next_random(&state) & 3 };
            add(request);
        }
        while (queue.next != &queue) {
            struct request *request = queue.next;
            sum = sum * 5 + step(request, next_random(&state) & 0xff);
            take(request);
            if (request->state < STATES)
                add(request);
            else
                bitmap[(request - requests) / 32] &= ~(1u << ((request - requests) & 31));
        }
        sum ^= bitmap[0] + bitmap[1];
    }
    return sum;
}
