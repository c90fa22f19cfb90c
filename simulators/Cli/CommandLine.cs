using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Vascular.Simulators.Scripts;

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
            string command = parsed.CommandResult.Command is RootCommand ? string.Empty : $" {parsed.CommandResult.Command.Name}";
            foreach (string message in parsed.Errors.Select(e => e.Message.TrimEnd('.')).Distinct())
            {
                await errors.WriteLineAsync($"error: {message}, in the command line, see 'simulate{command} --help'");
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
        catch (Exception failure)
        {
            // Whatever it is, a person gets a sentence and not a stack.
            await errors.WriteLineAsync($"error: {Sentence(failure, $"'simulate {parsed.CommandResult.Command.Name}'")}");
            return Failed;
        }
    }

    /// <summary>What, where, what to do, for a failure no command gave words to.</summary>
    internal static string Sentence(Exception failure, string command)
    {
        string why = string.Join(' ', failure.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');
        return failure switch
        {
            ScenarioFault => $"{why}, in {command}, correct the scenario",
            IOException or UnauthorizedAccessException => $"{why}, in {command}, check that path, its permissions and the room on its disk",
            SocketException => $"the network refused ({why}), in {command}, check host and port",
            CryptographicException => $"a key or certificate cannot be used ({why}), in {command}, check the files named",
            _ => $"a fault of this program ({failure.GetType().Name}: {why}), in {command}, please report it with these words and what was done before",
        };
    }
}
