using MiniKernel.Drivers;

namespace MiniKernel.Cli.Tests;

/// <summary>Mistakes people make in boot.json, each with the one line that is said about it.</summary>
internal static class BootFileMistakes
{
    private const string Size = "a size: bytes as a number, or a text such as \"64K\", \"16M\", \"2G\"";

    private const string Shipped =
        "i386-32, i386-64, i386-128, i386-highmem, x86-64-2g, x86-64-8g, alpha-8k, ia64-16k, ppc64-64k, sparc64-8k, arm-32, m68k-nommu, m68k-nommu-large, lab-4m";

    private const string ProfileKeys =
        "base, wordSize, pageSize, ram, memoryMap, kernelImage, cpus, l1CacheBytes, cacheLineSize, dmaLimit, dma32Limit, lowmemLimit, maxOrder, mmu, largeAllocs";

    private static string Drivers => string.Join(", ", SampleDrivers.All.Select(driver => driver.Name));

    public static IEnumerable<TestCaseData> All()
    {
        // Grammar
        yield return Case("Empty", "", "1: $: the file is empty; an object { ... } is expected");
        yield return Case("OnlyAComment", "// nothing\n", "1: $: the file is empty; an object { ... } is expected");
        yield return Case("NotAnObject", "[]", "1: $: a list is not an object { ... }, with the keys of boot.json");
        yield return Case("Unclosed", "{\n  \"machine\": \"i386-32\"",
            "2: $: not JSON: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed. (byte 23 of the line)");
        yield return Case("MissingComma", "{\n  \"machine\": \"i386-32\"\n  \"drivers\": []\n}",
            "3: $: not JSON: '\"' is invalid after a value. Expected either ',', '}', or ']'. (byte 3 of the line)");
        yield return Case("NaN", "{ \"kernel\": {\n  \"seed\": NaN } }",
            "2: $.kernel.seed: not JSON: 'N' is an invalid start of a value. (byte 11 of the line)");
        yield return Case("SingleQuotes", "{\n\n  'machine': 1 }",
            "3: $: not JSON: ''' is an invalid start of a property name. Expected a '\"'. (byte 3 of the line)");
        yield return Case("TwoRoots", "{}\n{}",
            "2: $: not JSON: '{' is invalid after a single JSON value. Expected end of data. (byte 1 of the line)");
        yield return Case("TooDeep", new string('[', 100),
            "1: $[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][...: not JSON: The maximum configured depth of 64 has been exceeded. Cannot read next JSON array. (byte 65 of the line)");
        yield return Case("LineBreakInText", "{ \"machine\": \"i386\n-32\" }",
            "1: $.machine: not JSON: '0x0A' is invalid within a JSON string. The string should be correctly escaped. (byte 19 of the line)");
        yield return Case("HalfASurrogate", "{ \"machine\": \"\\ud800\" }",
            "1: $.machine: not JSON: a text has half of a surrogate pair (\\ud800 to \\udfff); both halves are needed. (byte 14 of the line)");

        // Top level
        yield return Case("UnknownKey", "{\n  \"machin\": \"i386-32\" }",
            "2: $.machin: unknown key \"machin\"; did you mean \"machine\"? allowed: $schema, machine, profiles, kernel, drivers, logging");
        yield return Case("FarUnknownKey", "{ \"hyperdrive\": 1 }",
            "1: $.hyperdrive: unknown key \"hyperdrive\"; allowed: $schema, machine, profiles, kernel, drivers, logging");
        yield return Case("DoubledKey", "{\n  \"machine\": \"i386-32\",\n  \"machine\": \"i386-64\" }",
            "3: $.machine: the key is given twice, first on line 2; keep one");
        yield return Case("UnknownMachine", "{ \"machine\": \"i386-23\" }", $"1: $.machine: \"i386-23\" is not a profile; did you mean \"i386-32\"? allowed: {Shipped}");
        yield return Case("MachineIsANumber", "{ \"machine\": 386 }", "1: $.machine: 386 is not a text, the name of a profile");
        yield return Case("MachineIsNull", "{ \"machine\": null }", "1: $.machine: null is not a text, the name of a profile");
        yield return Case("SchemaIsANumber", "{ \"$schema\": 1 }",
            "1: $.$schema: 1 is not a text, where the schema lies");

        // Profiles
        yield return Case("ProfilesIsAList", "{ \"profiles\": [] }",
            "1: $.profiles: a list is not an object { ... }, with a profile per name");
        yield return Case("ProfileIsAText", "{ \"profiles\": { \"a\": \"i386-32\" } }",
            "1: $.profiles.a: \"i386-32\" is not an object { ... }, with the keys of a profile");
        yield return Case("UnknownProfileKey", Profile("\"rma\": \"64M\""),
            $"3: $.profiles.pc.rma: unknown key \"rma\"; did you mean \"ram\"? allowed: {ProfileKeys}");
        yield return Case("UnknownBase", Profile("\"base\": \"i386-31\""), $"3: $.profiles.pc.base: \"i386-31\" is not a profile; did you mean \"i386-32\"? allowed: {Shipped}, pc");
        yield return Case("OwnBase", Profile("\"base\": \"pc\""),
            "3: $.profiles.pc.base: \"pc\" makes a circle of bases: \"pc\" -> \"pc\"; a chain of bases ends at a shipped profile");
        yield return Case("CircleOfBases", "{ \"profiles\": {\n  \"a\": { \"base\": \"b\" },\n  \"b\": { \"base\": \"c\" },\n  \"c\": { \"base\": \"a\" } } }",
            "4: $.profiles.c.base: \"a\" makes a circle of bases: \"c\" -> \"a\" -> \"b\" -> \"c\"; a chain of bases ends at a shipped profile");
        yield return Case("NamedLikeAShippedOne", "{ \"profiles\": {\n  \"lab-4m\": { \"ram\": \"8M\" } } }",
            "2: $.profiles.lab-4m: \"lab-4m\" is a shipped profile; choose another name and say \"base\": \"lab-4m\"");
        yield return Case("NoName", "{ \"profiles\": { \"\": {} } }",
            "1: $.profiles['']: a profile needs a name");
        yield return Case("BadSizeUnit", Profile("\"ram\": \"64Q\""), $"3: $.profiles.pc.ram: \"64Q\" has the unknown unit Q; allowed: K, M, G, or none for bytes");
        yield return Case("FractionalSize", Profile("\"ram\": 1.5"), $"3: $.profiles.pc.ram: 1.5 is not {Size}");
        yield return Case("NegativeSize", Profile("\"ram\": -4096"), $"3: $.profiles.pc.ram: -4096 is not {Size}");
        yield return Case("HugeNumber", Profile("\"ram\": 1e400"), $"3: $.profiles.pc.ram: 1e400 is not {Size}");
        yield return Case("SizeBeyond64Bits", Profile("\"ram\": \"99999999999G\""), $"3: $.profiles.pc.ram: \"99999999999G\" is too large: more than 64 bits hold");
        yield return Case("Terabytes", Profile("\"ram\": \"5000T\""), "3: $.profiles.pc.ram: \"5000T\" has the unknown unit T; allowed: K, M, G, or none for bytes");
        yield return Case("SizeIsABool", Profile("\"ram\": true"), $"3: $.profiles.pc.ram: true is not {Size}");
        yield return Case("RamIsNoWholePage", Profile("\"ram\": 67108865"),
            "3: $.profiles.pc.ram: 67108865 is not a whole number of 4096-byte pages");
        yield return Case("RamIsZero", Profile("\"ram\": 0"),
            "3: $.profiles.pc.ram: 0 is no memory at all");
        yield return Case("TooMuchRam", Profile("\"ram\": \"8G\""),
            "3: $.profiles.pc.ram: 8G is more than the 4G that 32 bits can address");
        yield return Case("PageSizeIsNoPowerOfTwo", Profile("\"pageSize\": 5000"),
            "3: $.profiles.pc.pageSize: 5000 is not a power of two from 4096 to 65536");
        yield return Case("PageSizeTooLarge", Profile("\"pageSize\": \"4G\""),
            "3: $.profiles.pc.pageSize: \"4G\" is not a size up to 2147483647");
        yield return Case("WordSize16", Profile("\"wordSize\": 16"),
            "3: $.profiles.pc.wordSize: 16 is neither 32 nor 64");
        yield return Case("NoCpus", Profile("\"cpus\": 0"),
            "3: $.profiles.pc.cpus: 0 is not a number of CPUs from 1 to 64");
        yield return Case("CpusIsAText", Profile("\"cpus\": \"2\""), "3: $.profiles.pc.cpus: \"2\" is not a whole number");
        yield return Case("ManyCpus", Profile("\"cpus\": 65"),
            "3: $.profiles.pc.cpus: 65 is not a number of CPUs from 1 to 64");
        yield return Case("OddCacheLine", Profile("\"cacheLineSize\": 48"),
            "3: $.profiles.pc.cacheLineSize: 48 is not a power of two from 8 to 256");
        yield return Case("MaxOrderTooLarge", Profile("\"maxOrder\": 40"),
            "3: $.profiles.pc.maxOrder: 40 is not a number of orders from 2 to 20");
        yield return Case("MmuIsANumber", Profile("\"mmu\": 1"), "3: $.profiles.pc.mmu: 1 is not true or false");
        yield return Case("DmaLimitUnaligned", Profile("\"dmaLimit\": \"1M\""),
            "3: $.profiles.pc.dmaLimit: 1M is not a multiple of the largest block, 4M (pageSize << (maxOrder - 1))");
        yield return Case("Dma32On32Bit", Profile("\"dma32Limit\": \"32M\""),
            "3: $.profiles.pc.dma32Limit: 32M on a 32-bit machine, which has no DMA32 zone; only 0 is allowed");
        yield return Case("ImageOutsideRam", Profile("\"kernelImage\": { \"start\": \"1M\", \"end\": \"1G\" }"),
            "3: $.profiles.pc.kernelImage.end: 1G is beyond the end of ram, 64M");
        yield return Case("ImageWithoutEnd", Profile("\"kernelImage\": { \"start\": \"1M\" }"),
            "3: $.profiles.pc.kernelImage: \"end\" is missing; a stretch has \"start\" and \"end\", the first byte and the first behind it");
        yield return Case("MapIsAnObject", Profile("\"memoryMap\": {}"),
            "3: $.profiles.pc.memoryMap: an object is not a list [ ... ], of stretches without RAM: { \"start\", \"end\", \"kind\": \"hole\" }");
        yield return Case("HoleKind", Profile("\"memoryMap\": [ { \"start\": \"640K\", \"end\": \"1M\", \"kind\": \"whole\" } ]"),
            "3: $.profiles.pc.memoryMap[0].kind: \"whole\" is not one of its words; did you mean \"hole\"? allowed: hole");
        yield return Case("HoleBackwards", Profile("\"memoryMap\": [\n { \"start\": \"1M\", \"end\": \"640K\" } ]"),
            "4: $.profiles.pc.memoryMap[0].end: 640K is not above start, 1M");

        // Kernel, logging
        yield return Case("KernelIsAList", "{ \"kernel\": [] }",
            "1: $.kernel: a list is not an object { ... }, with the kernel's options");
        yield return Case("Slub", "{ \"kernel\": { \"allocator\": \"slub\" } }", "1: $.kernel.allocator: \"slub\" is not available in this version; allowed: slab, slob");
        yield return Case("UnknownAllocator", "{ \"kernel\": { \"allocator\": \"slap\" } }",
            "1: $.kernel.allocator: \"slap\" is not one of its words; did you mean \"slab\"? allowed: slab, slob");
        yield return Case("UnknownWatch", "{ \"kernel\": { \"watch\": \"track\" } }",
            "1: $.kernel.watch: \"track\" is not one of its words; did you mean \"tracked\"? allowed: tracked, bare, shadow");
        yield return Case("UnknownOom", "{ \"kernel\": { \"oom\": \"kill\" } }",
            "1: $.kernel.oom: \"kill\" is not one of its words; allowed: fail, panic");
        yield return Case("UnknownApi", "{ \"kernel\": { \"api\": \"2.6\" } }",
            "1: $.kernel.api: \"2.6\" is not one of its words; did you mean \"2.6.24\"? allowed: modern, 2.6.24");
        yield return Case("NegativeSeed", "{ \"kernel\": { \"seed\": -1 } }",
            "1: $.kernel.seed: -1 is not a whole number from 0 to 18446744073709551615");
        yield return Case("NoBudget", "{ \"kernel\": { \"instructionBudget\": 0 } }",
            "1: $.kernel.instructionBudget: 0 is not a whole number of instructions from 1 to 1000000000000");
        yield return Case("SlabDebugIsAList", "{ \"kernel\": { \"slabDebug\": [\"size-*\"] } }",
            "1: $.kernel.slabDebug: a list is not a text, name patterns of caches separated by commas, such as \"size-*\"");
        yield return Case("KernelKey", "{ \"kernel\": { \"alocator\": \"slab\" } }",
            "1: $.kernel.alocator: unknown key \"alocator\"; did you mean \"allocator\"? allowed: allocator, oom, slabDebug, watch, api, seed, instructionBudget, faults");
        yield return Case("SlabDebugOfSlub", "{ \"kernel\": { \"slabDebug\": \"FZPU,size-64\" } }",
            "1: $.kernel.slabDebug: \"FZPU\" are letters of Linux's slub_debug; name patterns of caches are expected, such as \"*\" or \"size-*\"");
        yield return Case("FaultsIsAnObject", "{ \"kernel\": { \"faults\": { \"nth\": 1 } } }",
            "1: $.kernel.faults: an object is not a list [ ... ], of rules");
        yield return Case("FaultKey", "{ \"kernel\": { \"faults\": [\n { \"nht\": 1 } ] } }",
            "2: $.kernel.faults[0].nht: unknown key \"nht\"; did you mean \"nth\"? allowed: kind, module, cache, site, minSize, maxSize, gfp, nth, interval, probability, times");
        yield return Case("FaultKind", "{ \"kernel\": { \"faults\": [ { \"kind\": \"slap\" } ] } }",
            "1: $.kernel.faults[0].kind: \"slap\" is not one of its words; did you mean \"slab\"? allowed: slab, page, cache_create");
        yield return Case("FaultNthZero", "{ \"kernel\": { \"faults\": [ { \"nth\": 0 } ] } }",
            "1: $.kernel.faults[0].nth: 0 is not a whole number from 1 to 18446744073709551615");
        yield return Case("FaultGfp", "{ \"kernel\": { \"faults\": [ { \"gfp\": 7 } ] } }",
            "1: $.kernel.faults[0].gfp: 7 is not a text, GFP flags, as GFP_ATOMIC|__GFP_ZERO");
        yield return Case("LogLevel", "{ \"logging\": { \"console\": \"inof\" } }",
            "1: $.logging.console: \"inof\" is not one of its words; did you mean \"info\"? allowed: emergency, alert, critical, error, warning, notice, info, debug");
        yield return Case("LogFile", "{ \"logging\": { \"file\": 7 } }",
            "1: $.logging.file: 7 is not the path of a file, or null");
        yield return Case("LoggingKey", "{ \"logging\": { \"Console\": \"info\" } }",
            "1: $.logging.Console: unknown key \"Console\"; did you mean \"console\"? allowed: console, file");

        // Drivers
        yield return Case("DriversIsAText", "{ \"drivers\": \"scull\" }",
            "1: $.drivers: \"scull\" is not a list [ ... ], of drivers");
        yield return Case("UnknownDriver", "{ \"drivers\": [\n  \"skull\" ] }",
            $"2: $.drivers[0]: \"skull\" is not a driver; did you mean \"scull\"? allowed: {Drivers}");
        yield return Case("DriverIsANumber", "{ \"drivers\": [ 1 ] }",
            "1: $.drivers[0]: 1 is not a driver: its name, a path with a / or . in it, or { \"name\": ..., \"parameters\": { ... } }");
        yield return Case("DriverWithoutName", "{ \"drivers\": [ {} ] }",
            $"1: $.drivers[0]: \"name\" is missing; allowed: {Drivers}, or \"path\" for a driver of your own");
        yield return Case("DriverWithNameAndPath", "{ \"drivers\": [ {\n \"name\": \"scull\", \"path\": \"./scull\" } ] }",
            "2: $.drivers[0].path: \"name\" is a driver that comes with mk, \"path\" one of yours; keep one of them");
        yield return Case("PathIsANumber", "{ \"drivers\": [ { \"path\": 1 } ] }", "1: $.drivers[0].path: 1 is not a text, the path of a driver's folder");
        yield return Case("DriverKey", "{ \"drivers\": [ { \"name\": \"scull\", \"params\": {} } ] }",
            "1: $.drivers[0].params: unknown key \"params\"; did you mean \"parameters\"? allowed: name, path, parameters");
        yield return Case("DriverTwice", "{ \"drivers\": [ \"scull\",\n \"scull\" ] }",
            "2: $.drivers[1]: driver \"scull\" is listed twice; a module is loaded once");
        yield return Case("UnknownParameter", "{ \"drivers\": [ { \"name\": \"scull\", \"parameters\": { \"quantums\": 1 } } ] }",
            "1: $.drivers[0].parameters.quantums: driver \"scull\" has no parameter \"quantums\"; did you mean \"quantum\"? allowed: quantum, qset, devices");
        yield return Case("ParameterType", "{ \"drivers\": [ { \"name\": \"scull\", \"parameters\": { \"quantum\": \"4000\" } } ] }",
            "1: $.drivers[0].parameters.quantum: \"4000\" is not a number from 16 to 65536");
        yield return Case("ParameterOutOfBounds", "{ \"drivers\": [ { \"name\": \"scull\", \"parameters\": { \"quantum\": -1 } } ] }",
            "1: $.drivers[0].parameters.quantum: -1 is not a number from 16 to 65536");
        yield return Case("BoolParameterIsTwo", "{ \"drivers\": [ { \"name\": \"isa_sound\", \"parameters\": { \"gfp_dma\": 2 } } ] }",
            "1: $.drivers[0].parameters.gfp_dma: 2 is not true, false, 1 or 0");
        yield return Case("ParametersIsAList", "{ \"drivers\": [ { \"name\": \"scull\", \"parameters\": [] } ] }",
            "1: $.drivers[0].parameters: a list is not an object { ... }, with the driver's parameters");
    }

    private static string Profile(string key) => "{ \"profiles\": {\n  \"pc\": {\n    " + key + " } } }";

    private static TestCaseData Case(string name, string json, string line) =>
        new TestCaseData(json, "boot.json:" + line).SetArgDisplayNames(name);
}
