using System.CommandLine;
using Vascular.Simulators.Angiography;
using Vascular.Simulators.Cli;
using Vascular.Simulators.Record;

RootCommand root = new("Simulated bedside devices and a result consumer for the vascular acquisition service. Test data only.")
{
    ListCommand.Build(),
    RunCommand.Build(),
    DeviceCommand.Build(),
    CheckCommand.Build(),
    RecordCommand.Build(),
    AngiogramCommand.Build(),
};
return await CommandLine.RunAsync(root, args, Console.Error);
