/* Executes cases on the host's CPU: every signal takes the result of one case out of the interrupted context and puts the
   registers of the next one in; returning from the signal then runs it, in 64-bit or in 32-bit code by its code segment.
   Code is followed by INT3, so a case always ends in a signal. The program itself is position-independent: then nothing of it
   lies where 32-bit addresses lead.

   stdin:  a uint32_t count, then that many requests; repeated until the end of the file
   stdout: that many answers */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include <unistd.h>

enum { CODE = 0x10000000, CODE_OFFSET = 2048, RAM = 0x20000000, PAGE = 4096, MAX = 4096 };
enum { WINDOW = RAM + PAGE - 64, TAIL = RAM + 2 * PAGE - 64, GS_BASE = RAM + PAGE - 256 };
enum { CODE32 = 0x23, CODE64 = 0x33, DATA = 0x2b, FLAGS = 0xcd5 | 0x200 };

struct machine { uint64_t regs[16], rip, flags; uint8_t window[128], tail[64]; };
struct request { uint8_t code[64]; uint32_t length, bits; struct machine before; };
struct answer { uint32_t vector, error; uint64_t address; struct machine after; };

static struct request requests[MAX];
static struct answer answers[MAX];
static uint32_t count;
static int64_t current;
static gregset_t home;
static uint8_t *code;   /* where the code can be written: at CODE it can only be read and run */
static const int order[16] = {
    REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
    REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

static void take(struct answer *answer, const greg_t *regs)
{
    for (int i = 0; i < 16; i++)
        answer->after.regs[i] = regs[order[i]];
    answer->vector = regs[REG_TRAPNO];
    answer->error = regs[REG_ERR];
    answer->address = regs[REG_TRAPNO] == 14 ? regs[REG_CR2] : 0;
    answer->after.rip = regs[REG_RIP];
    answer->after.flags = regs[REG_EFL];
    memcpy(answer->after.window, (void *)WINDOW, sizeof answer->after.window);
    memcpy(answer->after.tail, (void *)TAIL, sizeof answer->after.tail);
    memset(code + CODE_OFFSET, 0xcc, sizeof requests->code);
}

static void put(const struct request *request, greg_t *regs)
{
    for (int i = 0; i < 16; i++)
        regs[order[i]] = request->before.regs[i];
    regs[REG_RIP] = CODE + CODE_OFFSET;
    regs[REG_EFL] = request->before.flags & FLAGS;
    regs[REG_CSGSFS] = (request->bits == 32 ? CODE32 : CODE64) | (greg_t)DATA << 48;
    memcpy((void *)WINDOW, request->before.window, sizeof request->before.window);
    memcpy((void *)TAIL, request->before.tail, sizeof request->before.tail);
    memcpy(code + CODE_OFFSET, request->code, request->length);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
    (void)number, (void)info;
    if (current < 0)
        memcpy(home, regs, sizeof home);
    else
        take(&answers[current], regs);
    if (++current < count)
        put(&requests[current], regs);
    else
        memcpy(regs, home, sizeof home);
}

static void *map(uintptr_t address, size_t length, int rights)
{
    void *at = mmap((void *)address, length, rights, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (at != (void *)address)
        exit(3);
    return at;
}

static void map_code(void)
{
    int file = memfd_create("code", 0);
    if (ftruncate(file, PAGE))
        exit(3);
    code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    void *at = mmap((void *)CODE, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED_NOREPLACE, file, 0);
    if (code == MAP_FAILED || at != (void *)CODE)
        exit(3);
    memset(code, 0xcc, PAGE);
}

static void prepare(void)
{
    static const int signals[] = { SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGILL };
    stack_t stack = { .ss_sp = malloc(1 << 16), .ss_size = 1 << 16 };
    struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
    map_code();
    map(RAM, 2 * PAGE, PROT_READ | PROT_WRITE);
    uint8_t *readonly = map(RAM + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE);
    for (int i = 0; i < PAGE; i++)
        readonly[i] = i * 7 + 3;
    mprotect(readonly, PAGE, PROT_READ);
    syscall(SYS_arch_prctl, ARCH_SET_GS, GS_BASE);
    __asm__ volatile("mov %0, %%ds; mov %0, %%es" : : "r"(DATA));
}

int main(void)
{
    prepare();
    while (fread(&count, sizeof count, 1, stdin) == 1) {
        if (count > MAX || fread(requests, sizeof *requests, count, stdin) != count)
            return 2;
        current = -1;
        __asm__ volatile("int3" : : : "memory");
        if (fwrite(answers, sizeof *answers, count, stdout) != count || fflush(stdout))
            return 2;
    }
    return 0;
}
