using System.CommandLine;

namespace Vascular.Acquisition.Cli;

public static class DecodeCommand
{
    public static Command Build() => new("decode");
}
