/* Every kind of section, symbol and relocation an object file of a driver has. */
#define SECTION(name) __attribute__((section(name)))

typedef unsigned long long u64;

struct operations {
	int (*open)(int);
	const char *name;
};

extern int outside(const char *text, ...);
extern int outside_data[];
extern int missing(void) __attribute__((weak));
int common_array[100];
int initialised = 7;
int *pointer_to_data = &initialised;
static int hidden_bss[64];
static char init_only[] SECTION(".init.data") = "gone after init";

static int opener(int n)
{
	return n + initialised + hidden_bss[n & 63];
}

const struct operations operations = { opener, "shapes" };

__attribute__((weak)) int replaceable(void)
{
	return 1;
}

int many_ways(int n, const char *text)
{
	switch (n) {
	case 0: return outside("zero %s", text);
	case 1: return outside("one %s", text) + 1;
	case 2: return outside("two %s", text) + 2;
	case 3: return outside("three %s", text) + 3;
	case 4: return outside("four %s", text) + 4;
	case 5: return outside("five %s", text) + 5;
	case 6: return missing ? missing() : replaceable();
	default: return outside_data[n] + common_array[n % 100];
	}
}

u64 divide(u64 a, u64 b)
{
	return a / b;
}

SECTION(".init.text") int init_module(void)
{
	return many_ways(3, init_only) + operations.open(2);
}

SECTION(".exit.text") void cleanup_module(void)
{
	hidden_bss[0] = *pointer_to_data;
}

static const char info[] __attribute__((used)) SECTION(".modinfo") = "license=MIT";
