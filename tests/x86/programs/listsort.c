#include "program.h"

struct node {
    struct node *next;
    u32 key, order;
};

static struct node *merge(struct node *left, struct node *right)
{
    struct node head, *tail = &head;
    while (left && right) {
        struct node **smaller = left->key <= right->key ? &left : &right;
        tail = tail->next = *smaller;
        *smaller = (*smaller)->next;
    }
    tail->next = left ? left : right;
    return head.next;
}

static struct node *sort(struct node *list)
{
    struct node *middle = list, *end = list;
    if (!list || !list->next)
        return list;
    while (end->next && end->next->next) {
        middle = middle->next;
        end = end->next->next;
    }
    struct node *right = middle->next;
    middle->next = 0;
    return merge(sort(list), sort(right));
}

ENTRY u64 run(u8 *heap, u32 rounds)
{
    struct node *nodes = (struct node *)heap, *list;
    u32 state = 7;
    u64 sum = 0;
    while (rounds--) {
        for (u32 i = 0; i < 500; i++)
            nodes[i] = (struct node) { i < 499 ? &nodes[i + 1] : 0, next_random(&state) % 100, i };
        for (list = sort(nodes); list; list = list->next)
            sum = sum * 31 + (list->key << 16 | list->order);
    }
    return sum;
}
