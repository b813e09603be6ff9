/* A treap: a binary search tree that random priorities keep in balance. */
#include "program.h"

struct node {
    struct node *left, *right;
    u32 key, priority;
};

static struct node *insert(struct node *tree, struct node *added)
{
    if (!tree)
        return added;
    if (added->key < tree->key) {
        tree->left = insert(tree->left, added);
        if (tree->left->priority > tree->priority) {
            struct node *top = tree->left;
            tree->left = top->right;
            top->right = tree;
            return top;
        }
    } else {
        tree->right = insert(tree->right, added);
        if (tree->right->priority > tree->priority) {
            struct node *top = tree->right;
            tree->right = top->left;
            top->left = tree;
            return top;
        }
    }
    return tree;
}

static u32 depth_of(const struct node *tree, u32 key)
{
    u32 depth = 0;
    for (; tree && tree->key != key; depth++)
        tree = key < tree->key ? tree->left : tree->right;
    return tree ? depth : 1000 + depth;
}

ENTRY u64 run(u8 *heap, u32 rounds)
{
    struct node *nodes = (struct node *)heap;
    u32 state = 99;
    u64 sum = 0;
    while (rounds--) {
        struct node *tree = 0;
        for (u32 i = 0; i < 300; i++) {
            nodes[i] = (struct node) { 0, 0, next_random(&state) % 4096, next_random(&state) };
            tree = insert(tree, &nodes[i]);
        }
        for (u32 key = 0; key < 4096; key += 5)
            sum = sum * 3 + depth_of(tree, key);
    }
    return sum;
}
