using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("MiniKernel.Drivers.Tests")]
