using System.CommandLine;
using Vascular.Acquisition.Cli;

RootCommand root = new("Vascular acquisition service: reads bedside devices, derives pressures and indices, keeps every byte and delivers the result. Not a medical device.")
{
    ServeCommand.Build(),
    DecodeCommand.Build(),
    AnalyzeCommand.Build(),
    ScoreCommand.Build(),
    CourseCommand.Build(),
    EvidenceCommand.Build(),
    RegistryCommand.Build(),
    ReplayCommand.Build(),
    AnalysesCommand.Build(),
    ReadersCommand.Build(),
    VerifyCommand.Build(),
    DoctorCommand.Build(),
    ViewCommand.Build(),
    StudiesCommand.Build(),
    ReturnsCommand.Build(),
};
return await CommandLine.RunAsync(root, args, Console.Error);
