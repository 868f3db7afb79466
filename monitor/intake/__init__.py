"""The MLLP listener: who may connect, their conversations, and what is known of each. See listener.py for its law."""
