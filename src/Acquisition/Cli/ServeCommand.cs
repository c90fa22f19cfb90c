using System.CommandLine;

namespace Vascular.Acquisition.Cli;

public static class ServeCommand
{
    public static Command Build() => new("serve");
}
