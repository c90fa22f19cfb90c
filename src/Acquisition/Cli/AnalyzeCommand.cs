using System.CommandLine;

namespace Vascular.Acquisition.Cli;

public static class AnalyzeCommand
{
    public static Command Build() => new("analyze");
}
