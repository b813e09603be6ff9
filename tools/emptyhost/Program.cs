using Microsoft.Extensions.Hosting;

// What a boot is measured against: a Generic Host that starts and stops.
using IHost host = Host.CreateApplicationBuilder(args).Build();
await host.StartAsync();
await host.StopAsync();
