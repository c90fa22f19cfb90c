using System.CommandLine;

namespace Vascular.Acquisition.Cli;

public static class VerifyCommand
{
    public static Command Build() => new("verify");
}
