using System.CommandLine;

namespace Vascular.Acquisition.Cli;

public static class ScoreCommand
{
    public static Command Build() => new("score");
}
