using System.CommandLine;
using Vascular.Simulators.Cli;

RootCommand root = new("Simulated bedside devices.")
{
    ListCommand.Build(),
    DeviceCommand.Build(),
};
return await root.Parse(args).InvokeAsync();
