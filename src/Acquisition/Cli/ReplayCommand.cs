using System.CommandLine;

namespace Vascular.Acquisition.Cli;

public static class ReplayCommand
{
    public static Command Build() => new("replay");
}
