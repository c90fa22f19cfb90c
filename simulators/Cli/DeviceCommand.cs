using System.CommandLine;

namespace Vascular.Simulators.Cli;

public static class DeviceCommand
{
    public static Command Build() => new("device");
}
