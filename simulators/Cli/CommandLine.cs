using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Vascular.Simulators.Cli;

/// <summary>Runs <c>simulate</c> by the rules every command of this project keeps: invariant culture, errors on stderr as
/// <c>error: what, where, what to do</c>, exit 0 done, 1 refused or failed, 2 usage.</summary>
public static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    public static async Task<int> RunAsync(RootCommand root, string[] args, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(errors);
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                await errors.WriteLineAsync($"error: {error.Message.TrimEnd('.')}, in the command line, see 'simulate --help'");
            }

            return Usage;
        }

        if (args.Length == 0)
        {
            await errors.WriteLineAsync("error: no command, in the command line, see 'simulate --help'");
            return Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CommandFailure failure)
        {
            await errors.WriteLineAsync($"error: {failure.Message}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("error: stopped before it was done, by a signal, run it again");
            return Failed;
        }
    }
}
